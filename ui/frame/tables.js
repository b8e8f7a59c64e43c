// Buttons inside our own HTML: what a click on one says to the page, and copying a text.

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".mt-live");
  if (box.dataset.shown !== data.html) {
    box.innerHTML = data.html;
    box.dataset.shown = data.html;
  }
  box.onclick = async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.copy !== undefined) {
      await copy(button.dataset.copy, button);
    } else {
      setTriggerValue("clicked", button.dataset.click);
    }
  };
}
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // without https a browser may refuse: then by way of a selection
    const field = document.createElement("textarea");
    field.value = text;
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.textContent = button.dataset.done;
}
