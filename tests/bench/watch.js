// Watches a page of the application from inside: when was the last chart drawn and the script at its end.
//
// bench/visitor.py puts this before everything else into every document. All times are milliseconds of one clock. A
// wait begins with the first document of the tab, for the application may load itself once more, or with a click.
(() => {
  if (window !== window.top || !location.protocol.startsWith("http")) return;
  const QUIET_MS = 700; // an end counts only when nothing has been drawn for so long after it
  const CHART = ".js-plotly-plot";
  const UNFINISHED = '[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]';
  const now = () => performance.timeOrigin + performance.now();
  sessionStorage.benchBegan ??= performance.timeOrigin;
  const wait = { began: Number(sessionStorage.benchBegan), mustRun: false, lastChange: 0, end: null };

  const app = () => document.querySelector('[data-testid="stApp"]');
  const isRunning = () => app()?.dataset.testScriptState !== "notRunning";
  const isDrawn = (place) => place.querySelector(`${CHART} .main-svg :is(path, text, rect)`) !== null;
  const isFinished = () =>
    !wait.mustRun &&
    !isRunning() &&
    document.querySelector('h1, [data-testid="stAlert"]') !== null && // an error may come instead of the page
    document.querySelector(UNFINISHED) === null &&
    [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].every(isDrawn);

  const hasChart = (node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(CHART) || node.querySelector(CHART));
  const isChange = (record) =>
    record.attributeName === "data-test-script-state" ||
    (record.target.closest ? record.target : record.target.parentElement)?.closest(CHART) ||
    [...record.addedNodes].some(hasChart);

  new MutationObserver((records) => {
    // a busy browser may never show a short run, but the filters stand in the address
    if (isRunning() || location.href !== wait.address) wait.mustRun = false;
    if (records.some(isChange)) {
      wait.lastChange = now();
      wait.end = null;
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  const look = () => {
    if (!isFinished()) wait.end = null;
    else wait.end ??= now(); // a frame after the last change: by now it is on the screen
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  window.bench = {
    // a new wait, that begins at the moment when the browser gets the click on a button
    awaitClick: (button) => {
      Object.assign(wait, { mustRun: true, address: location.href, end: null });
      const begin = (event) => (wait.began = performance.timeOrigin + event.timeStamp);
      button.addEventListener("click", begin, { capture: true, once: true });
    },
    // milliseconds of the wait; null while it lasts
    waited: () => (wait.end !== null && now() - Math.max(wait.end, wait.lastChange) > QUIET_MS ? wait.end - wait.began : null),
  };
})();
