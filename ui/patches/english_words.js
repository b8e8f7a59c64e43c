// Words that Streamlit says in English only, read out or shown by a hovering mouse: replaced by ours.
//
// Seen with: Streamlit 1.67
// Why: no widget has a parameter for them, so whatever comes into the page is looked through. Which words there are
//   stands in words/texts/builtin.toml; one that is missing there is found by tests/e2e/test_screens.py.
// Can go when: Streamlit speaks Vietnamese, or takes these words from us (tests/test_patches.py looks for each in it).

const NAMES = ["aria-label", "title", "placeholder"];

// words: English -> ours; gives back what ends it
function replaceWords(words) {
  const change = (element) => {
    for (const name of NAMES) {
      const ours = words[element.getAttribute(name)];
      if (ours) element.setAttribute(name, ours);
    }
  };
  const changeAll = (root) => {
    change(root);
    root.querySelectorAll("[aria-label], [title], [placeholder]").forEach(change);
  };
  changeAll(document.body);
  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") change(target);
      else addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && changeAll(node));
    }
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: NAMES });
  return () => observer.disconnect();
}
