// The theme of the page is changed while one presents.
//
// Seen with: Streamlit 1.67
// Why: it has no call for that, and loading the page again would end the full screen. Its theme follows the system's
//   until a person chooses one, and it looks anew after printing: so the question "does the system want it dark?" is
//   answered by us, and "afterprint" makes it ask.
// Can go when: a page can set its theme. Should Streamlit ask otherwise, tests/test_patches.py tells, and
//   tests/e2e/test_presenting.py sees that the page stays as it was; charts follow the page and would too.

const DARK = "(prefers-color-scheme: dark)";
const askSystem = window.matchMedia.bind(window);

function isSystemDark() {
  return askSystem(DARK).matches;
}

// theme: "dark", "light", or "" for what the system says
function wearTheme(theme) {
  const answer = { matches: theme === "dark", media: DARK, addEventListener() {}, removeEventListener() {} };
  window.matchMedia = theme ? (query) => (query === DARK ? answer : askSystem(query)) : askSystem;
  window.dispatchEvent(new Event("afterprint"));
}

function isThemeWorn(theme) {
  return getComputedStyle(document.querySelector("[data-testid=stApp]")).colorScheme === theme;
}
