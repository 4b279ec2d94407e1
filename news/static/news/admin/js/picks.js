// The picks of a channel: the preview follows what is dragged, removed or added; the box offers stories.
const form = document.querySelector("#picks");
const frame = document.querySelector("#preview");
const list = document.querySelector("#stories");

function preview() {
  const query = new URLSearchParams({ shown: "1" });
  for (const desk of form.querySelectorAll("[data-block]")) {
    const { block } = desk.dataset;
    const kept = [...desk.querySelectorAll("[data-article]:not(.is-past)")].filter(
      (row) => !row.querySelector("input[name$='-DELETE']")?.checked,
    );
    const added = desk.querySelector("[data-stories]").value.match(/\/(\d+)\/?$|^(\d+)(\s|$)/);
    const out = desk.querySelector("input[name$='-is_kept_out']");
    const addedOut = out.checked || out.type === "hidden";
    const ids = (isOut) => [
      ...(added && addedOut === isOut ? [added[1] || added[2]] : []),
      ...kept.filter((row) => "out" in row.dataset === isOut).map((row) => row.dataset.article),
    ];
    for (const [name, numbers] of [[block, ids(false)], [`not-${block}`, ids(true)]]) {
      if (numbers.length) query.set(name, numbers.join(","));
    }
  }
  const address = `${frame.dataset.src}?${query}`;
  if (frame.getAttribute("src") !== address) frame.src = address;
}

const deskOf = (box) => box.closest("[data-block]").dataset;
let timer;
let asked = "";
async function offer({ value: typed }, { block }) {
  asked = typed;
  const answer = await fetch(`${form.dataset.stories}?${new URLSearchParams({ q: typed, block })}`);
  if (!answer.ok || asked !== typed) return;
  const { stories } = await answer.json();
  list.replaceChildren(...stories.map(({ value, label }) => Object.assign(document.createElement("option"), { value, label: `${value} · ${label}` })));
}

form.addEventListener("input", (event) => {
  if (!event.target.matches("[data-stories]")) return;
  clearTimeout(timer);
  const box = event.target;
  timer = setTimeout(() => (/^\d+\s/.test(box.value) ? preview() : offer(box, deskOf(box))), 200);
});
form.addEventListener("focusin", ({ target }) => target.matches("[data-stories]") && !target.value && offer(target, deskOf(target)));
form.addEventListener("change", preview);
frame.dataset.src = frame.getAttribute("src");
