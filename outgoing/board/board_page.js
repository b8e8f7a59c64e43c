// The two languages, finding a name, printing: all that the public page does by itself.
const mains = document.querySelectorAll("main");
const buttons = document.querySelectorAll("[data-language]");

function show(language) {
  for (const main of mains) main.hidden = main.lang !== language;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  document.documentElement.lang = language;
  document.title = document.querySelector(`main[lang="${language}"] h1`).textContent;
}

// "Nguyễn Đức" is found by "nguyen duc"
const bare = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");

for (const button of buttons) button.addEventListener("click", () => show(button.dataset.language));
for (const button of document.querySelectorAll(".print")) button.addEventListener("click", () => window.print());
for (const field of document.querySelectorAll("input[type=search]")) {
  const rows = [...field.closest("section").querySelectorAll("tbody tr")];
  const texts = rows.map((row) => bare(row.cells[0].textContent));
  field.addEventListener("input", () => {
    const wanted = bare(field.value.trim());
    rows.forEach((row, number) => (row.hidden = !texts[number].includes(wanted)));
  });
}
