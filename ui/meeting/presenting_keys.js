// The hands of a presentation: keys, swipes, timer, full screen, and the size of the chart; after ui/patches/theme.js.

const KEYS = {
  ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous", Home: "first", End: "last",
  " ": "pause", f: "full", d: "theme", Escape: "leave",
};
const LETTERS = 15;       // px, of the charts as pages draw them
const CLOSER = 0.8;       // so much nearer to each other may their rows stand
const LARGER = 1.4;       // so much larger than the words around it may a chart of few rows become
const WIDE = 900;         // px; on less it is a phone: charts as they are, scrolled inside the screen
const OFFER_MS = 15000;   // how long full screen is offered; nobody may be there to answer
const LOOK_MS = 250;
const LAG_MS = 4000;      // so long an older answer of the server may still come

export default function (component) {
  const foot = component.parentElement.querySelector(".mt-show-foot");
  foot.show ??= begin(foot);
  foot.show.tell(component);  // no clean-up is given back: Streamlit also calls that of a call that came too late
}

function begin(foot) {
  let component, data, at = 1, wanted = 0, wantedAt = 0, theme = "", telling = "";
  let serial = 0, unheard = [];
  let isPaused = false, shownMs = 0, freshMs = 0, last = performance.now(), touched = null, chart = null;
  const part = (name) => foot.querySelector(name);
  const start = part(".start");
  const root = document.documentElement;
  const isOpen = () => document.querySelector("[role=dialog]") !== null;
  // Streamlit keeps the last trigger alone while a run is still to come: all that the server has not yet said it
  // heard is sent again with the next act, so that a key pressed in between is never lost, and none counts twice
  const send = (act) => {
    serial += 1;
    unheard.push([serial, act]);
    component.setTriggerValue("act", unheard.map((item) => item.join("=")).join(" "));
  };

  const go = (to) => {
    to = Math.min(Math.max(to, 1), data.count);
    if (to === at) return;
    at = wanted = to;
    wantedAt = performance.now();
    shownMs = freshMs = 0;
    send(`go:${at}`);
    paint();
  };
  const acts = {
    next: () => go(at + 1),
    previous: () => go(at - 1),
    first: () => go(1),
    last: () => go(data.count),
    pause: () => { isPaused = !isPaused; paint(); },
    theme: () => {
      const worn = theme || (isSystemDark() ? "dark" : "light");
      wear(worn === "dark" ? "light" : "dark");
      telling = `theme:${theme}`;
    },
    full: () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen?.().catch(() => {});
    },
    leave: () => {
      if (document.fullscreenElement) document.exitFullscreen();
      send("leave");
    },
  };
  const act = (name) => { start.hidden = true; acts[name](); };

  const wear = (wanted) => {
    if (wanted === theme) return;
    theme = wanted;
    wearTheme(theme);
  };

  const paint = () => {
    part(".place").textContent = `${at}/${data.count}`;
    part(".paused").textContent = isPaused ? data.words.paused : "";
    part("[data-act=pause]").textContent = isPaused ? "▶" : "❚❚";
    part(".line i").style.width = data.step ? `${Math.min(100, shownMs / data.step / 10)}%` : "0";
  };

  // the chart is drawn small and enlarged, so that its letters are as large as those around it
  const fit = () => {
    chart = document.querySelector(".st-key-show_chart");
    if (!chart || !data.chart_px) return;
    const letters = parseFloat(getComputedStyle(root).fontSize), room = chart.clientHeight;
    const isWide = innerWidth >= WIDE;
    const even = letters / LETTERS, natural = room / data.chart_px;
    const larger = Math.min(Math.max(even, Math.min(natural, even * LARGER)), natural / CLOSER);
    const scale = isWide ? Math.max(1, larger) : 1;
    const height = isWide ? room / scale : data.chart_px;
    root.style.setProperty("--show-scale", scale.toFixed(3));
    root.style.setProperty("--show-height", `${Math.floor(height)}px`);
  };
  const sizes = new ResizeObserver(fit);

  const tell = (given) => {
    component = given;
    data = given.data;
    serial = Math.max(serial, data.heard);
    unheard = unheard.filter(([number]) => number > data.heard);
    const isOld = wanted && data.at !== wanted && performance.now() - wantedAt < LAG_MS;
    if (!isOld) {
      if (data.at !== at) shownMs = freshMs = 0;
      at = data.at;
      wanted = 0;
    }
    foot.dataset.shown = data.at;
    part(".standing").textContent = data.standing;
    part("[data-act=pause]").hidden = !data.step;
    start.textContent = data.words.full;
    for (const button of foot.querySelectorAll("[data-act]")) {
      button.setAttribute("aria-label", data.words[button.dataset.act]);
      button.title = data.words[button.dataset.act];
    }
    wear(data.theme || theme);
    if (data.theme && data.theme !== data.worn) telling ||= "refresh";
    sizes.disconnect();
    chart = document.querySelector(".st-key-show_chart");
    if (chart) sizes.observe(chart);
    fit();
    paint();
  };

  const onKey = (event) => {
    const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!name || event.ctrlKey || event.metaKey || event.altKey || isTyping || isOpen()) return;
    event.preventDefault();
    event.stopPropagation();
    document.activeElement?.blur();  // else the space bar would also press what was clicked last
    act(name);
  };
  const onClick = (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(button.dataset.act);
  };
  const onTouch = (event) => {
    const { clientX: x, clientY: y } = event.changedTouches[0];
    if (event.type === "touchstart") {
      const table = event.target.closest?.(".mt-table");
      const isOwn = isOpen() || (table && table.scrollWidth > table.clientWidth);
      touched = isOwn || event.touches.length > 1 ? null : { x, y };
    } else if (touched) {
      const across = x - touched.x, along = Math.abs(y - touched.y);
      if (Math.abs(across) > 60 && Math.abs(across) > 2 * along) act(across < 0 ? "next" : "previous");
      touched = null;
    }
  };
  const onFull = () => { start.hidden = true; };
  const stayAwake = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  };

  const clock = setInterval(() => {
    const passed = performance.now() - last;
    last += passed;
    if (!foot.isConnected) end();
    if (!foot.isConnected || isOpen()) return;
    if (telling && isThemeWorn(theme)) {  // the server draws charts as the page is: so the page changes first
      send(telling);
      telling = "";
      return;
    }
    freshMs += passed;
    if (data.step && !isPaused && data.count > 1) {
      shownMs += passed;
      if (shownMs >= data.step * 1000) go(at === data.count ? 1 : at + 1);
    }
    if (freshMs >= data.refresh * 1000) {
      freshMs = 0;
      send("refresh");
    }
    paint();
  }, LOOK_MS);
  window.addEventListener("keydown", onKey, { capture: true });
  window.addEventListener("touchstart", onTouch, { capture: true, passive: true });
  window.addEventListener("touchend", onTouch, { capture: true, passive: true });
  document.addEventListener("fullscreenchange", onFull);
  document.addEventListener("visibilitychange", stayAwake);
  foot.addEventListener("click", onClick);
  stayAwake();
  // a browser lets a page fill the screen only after a hand has moved: after the click that led here it may
  if (document.fullscreenEnabled && !document.fullscreenElement) {
    if (navigator.userActivation?.isActive) root.requestFullscreen().catch(() => { start.hidden = false; });
    else start.hidden = false;
  }
  const offer = setTimeout(onFull, OFFER_MS);

  const end = () => {
    clearInterval(clock);
    clearTimeout(offer);
    sizes.disconnect();
    window.removeEventListener("keydown", onKey, { capture: true });
    window.removeEventListener("touchstart", onTouch, { capture: true });
    window.removeEventListener("touchend", onTouch, { capture: true });
    document.removeEventListener("fullscreenchange", onFull);
    document.removeEventListener("visibilitychange", stayAwake);
    wear("");
  };
  return { tell };
}
