// Suggestions while typing, as a combobox (WAI-ARIA, list autocomplete): arrows choose, Enter opens, Escape closes.
// For forms with the attributes of portal/_suggest.html and an input q; without this they are plain search forms.

const WAIT = 120; // ms after the last letter
const known = new Map(); // what was asked before on this page

for (const form of document.querySelectorAll("form[data-suggest]")) suggest(form);

function suggest(form) {
  const input = form.elements.q;
  const list = document.createElement("ul");
  const id = `${input.id}-suggestions`;
  let chosen = -1;
  let timer;
  let asked = "";

  list.id = id;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  input.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  function close() {
    clearTimeout(timer);
    asked = "";
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(number) {
    chosen = number;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === number)));
    const option = list.children[number];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function show(found) {
    list.replaceChildren(...found.map(({ kind, label, url }, n) => {
      const option = document.createElement("li");
      const what = document.createElement("small");
      option.id = `${id}-${n}`;
      option.setAttribute("role", "option");
      option.dataset.url = url;
      what.textContent = form.dataset[kind];
      option.append(label, " ", what);
      return option;
    }));
    choose(-1);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  async function ask() {
    const q = input.value.trim();
    if (!q) return close();
    asked = q;
    try {
      if (!known.has(q)) {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`);
        if (!answer.ok) return;
        known.set(q, (await answer.json()).suggestions);
      }
      if (asked === q) show(known.get(q));
    } catch { /* no connection: the form still searches */ }
  }

  function later({ isComposing }) {
    clearTimeout(timer);
    if (!isComposing) timer = setTimeout(ask, WAIT); // half-typed pinyin of an input method says nothing
  }

  input.addEventListener("input", later);
  input.addEventListener("compositionend", later);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const { key, isComposing } = event;
    const last = list.children.length - 1;
    if (isComposing || list.hidden) return;
    if (key === "ArrowDown") choose(chosen === last ? -1 : chosen + 1);
    else if (key === "ArrowUp") choose(chosen === -1 ? last : chosen - 1);
    else if (key === "Escape") close();
    else if (key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}
