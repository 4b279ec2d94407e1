/* The buttons of the comparison: mine, theirs, or both, put into the form. */

import { write } from "./fields.js";

export function start(form) {
  for (const part of document.querySelectorAll("[data-part-of-conflict]")) {
    for (const button of part.querySelectorAll("[data-pick]")) {
      button.addEventListener("click", () => pick(form, part, button))
    }
  }
}

function pick(form, part, button) {
  write(form, JSON.parse(part.querySelector(`[data-side="${button.dataset.pick}"]`).value))
  for (const other of part.querySelectorAll("[data-pick]")) {
    other.setAttribute("aria-pressed", String(other === button))
  }
}
