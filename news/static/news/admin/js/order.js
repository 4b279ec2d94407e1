// Rows with an order number can be dragged by a handle, or moved with the arrow keys; the numbers follow.
// Without a script the numbers are typed.
const NUMBER = "input[name$='-order']";
const say = document.querySelector("script[data-move]").dataset.move;

const rows = (body) => [...body.children].filter((row) => row.querySelector(NUMBER));

function renumber(body) {
  for (const [number, row] of rows(body).entries()) row.querySelector(NUMBER).value = number;
  body.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(row, body, step) {
  const all = rows(body);
  const target = all[all.indexOf(row) + step];
  if (!target) return;
  step < 0 ? target.before(row) : target.after(row);
  renumber(body);
}

function drag(event, row, body) {
  event.preventDefault();
  row.classList.add("is-dragged");
  const over = new AbortController();
  // On the document: a grip that moves with its row in the page would lose the pointer.
  const listen = (kind, act) => document.addEventListener(kind, act, { signal: over.signal });
  listen("pointermove", ({ clientY }) => {
    const other = rows(body).find((one) => {
      const box = one.getBoundingClientRect();
      return one !== row && clientY > box.top && clientY < box.bottom;
    });
    if (!other) return;
    const box = other.getBoundingClientRect();
    clientY < box.top + box.height / 2 ? other.before(row) : other.after(row);
  });
  const stop = () => {
    over.abort();
    row.classList.remove("is-dragged");
    renumber(body);
  };
  listen("pointerup", stop);
  listen("pointercancel", stop);
}

function prepare(row, body) {
  const number = row.querySelector(NUMBER);
  if (number.type === "hidden") return;
  const grip = document.createElement("button");
  grip.type = "button";
  grip.className = "grip";
  grip.textContent = "⠿";
  grip.title = say;
  grip.setAttribute("aria-label", say);
  grip.addEventListener("pointerdown", (event) => drag(event, row, body));
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(row, body, step);
    grip.focus();
  });
  number.before(grip);
  number.hidden = true;
}

for (const body of document.querySelectorAll("[data-sortable], .model-section #result_list tbody")) {
  for (const row of rows(body)) prepare(row, body);
}
