// The picks of a channel: the preview follows what is dragged, removed or added; the box offers stories.
const form = document.querySelector("#picks");
const frame = document.querySelector("#preview");
const list = document.querySelector("#stories");

function preview() {
  const query = new URLSearchParams({ shown: "1" });
  for (const desk of form.querySelectorAll("[data-block]")) {
    const kept = [...desk.querySelectorAll("[data-article]:not(.is-past)")].filter(
      (row) => !row.querySelector("input[name$='-DELETE']")?.checked,
    );
    const added = desk.querySelector("[data-stories]").value.match(/\/(\d+)\/?$|^(\d+)(\s|$)/);
    const ids = kept.map((row) => row.dataset.article);
    if (added) ids.unshift(added[1] || added[2]);
    query.set(desk.dataset.block, ids.join(","));
  }
  const address = `${frame.dataset.src}?${query}`;
  if (frame.getAttribute("src") !== address) frame.src = address;
}

let timer;
let asked = "";
async function offer(typed) {
  asked = typed;
  const answer = await fetch(`${form.dataset.stories}?${new URLSearchParams({ q: typed })}`);
  if (!answer.ok || asked !== typed) return;
  const { stories } = await answer.json();
  list.replaceChildren(...stories.map(({ value, label }) => Object.assign(document.createElement("option"), { value, label: `${value} · ${label}` })));
}

form.addEventListener("input", (event) => {
  if (!event.target.matches("[data-stories]")) return;
  clearTimeout(timer);
  const typed = event.target.value;
  timer = setTimeout(() => (/^\d+\s/.test(typed) ? preview() : offer(typed)), 200);
});
form.addEventListener("focusin", (event) => event.target.matches("[data-stories]") && !event.target.value && offer(""));
form.addEventListener("change", preview);
frame.dataset.src = frame.getAttribute("src");
