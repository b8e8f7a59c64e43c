// A finger on a chart scrolls the page.
//
// Seen with: Streamlit 1.67
// Why: it sets the charts that take clicks to "pan", and Plotly then keeps every touch to itself: the page cannot be
//   scrolled with a finger on a chart. Without the touch Plotly still hears the click that a tap becomes.
// Can go when: a chart that takes clicks is not set to "pan" (tests/test_patches.py sees it), or Plotly lets go.

// gives back what ends it
function leaveTouchToThePage() {
  const leave = (event) => event.target.closest?.(".js-plotly-plot") && event.stopPropagation();
  window.addEventListener("touchstart", leave, { capture: true, passive: true });
  return () => window.removeEventListener("touchstart", leave, { capture: true });
}
