// The focal point by click or arrow keys, and the crops that follow from it. The number fields stay in charge.
const focal = document.querySelector(".focal");
const fields = ["x", "y"].map((axis) => document.querySelector(`#id_focal_${axis}`));
const CARD = 1.5; // the one crop that is cut from the original; others are cut from its middle

if (focal) {
  const picture = focal.querySelector(".focal__picture");
  const point = focal.querySelector(".focal__point");
  const size = [Number(focal.dataset.width), Number(focal.dataset.height)];

  focal.querySelector(".focal__crops").hidden = false;
  if (fields.every(Boolean)) {
    point.hidden = false;
    picture.addEventListener("click", ({ clientX, clientY }) => {
      const box = picture.querySelector("img").getBoundingClientRect();
      move([(clientX - box.left) / box.width, (clientY - box.top) / box.height].map((part) => part * 100));
    });
    picture.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      move(step.map((part, axis) => place()[axis] + part * (event.shiftKey ? 10 : 1)));
    });
    for (const field of fields) field.addEventListener("input", show);
  }
  show();

  function place() {
    const kept = [focal.dataset.x, focal.dataset.y]; // where there are no fields to change
    return fields.map((field, axis) => clamp(Number(field ? field.value : kept[axis]), 0, 100));
  }

  function move(to) {
    for (const [axis, field] of fields.entries()) field.value = Math.round(clamp(to[axis], 0, 100));
    show();
  }

  function show() {
    const at = place();
    if (point) [point.style.left, point.style.top] = at.map((part) => `${part}%`);
    for (const crop of focal.querySelectorAll("[data-inner]")) {
      const image = crop.querySelector("img");
      const [left, top, width, height] = inner(card(at), Number(crop.dataset.inner));
      image.style.width = `${(100 * size[0]) / width}%`;
      image.style.height = `${(100 * size[1]) / height}%`;
      image.style.left = `${(-100 * left) / width}%`;
      image.style.top = `${(-100 * top) / height}%`;
    }
  }

  // The largest box of a card's shape, its middle as near to the focal point as the edges allow.
  function card(at) {
    const width = Math.min(size[0], size[1] * CARD);
    const box = [width, width / CARD];
    const corner = box.map((side, axis) => clamp((size[axis] * at[axis]) / 100 - side / 2, 0, size[axis] - side));
    return [...corner, ...box];
  }

  function inner([left, top, width, height], ratio) {
    const across = Math.min(width, height * ratio);
    const down = across / ratio;
    return [left + (width - across) / 2, top + (height - down) / 2, across, down];
  }
}

function clamp(value, low, high) {
  return Math.min(Math.max(value || 0, low), high);
}
