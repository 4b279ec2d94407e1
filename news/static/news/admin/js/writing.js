/* The page on which a story is written. The one entry: all else is imported from here, each file once. */

import { start as startAutosave } from "./autosave.js";
import { start as startConflict } from "./conflict.js";
import { mount } from "./editor.js";

const root = document.querySelector("[data-writing]")
const form = root?.closest("form")

function start() {
  const words = JSON.parse(root.dataset.words)
  const body = form.querySelector("textarea[data-body]")
  if (body) mount(body, { words, photos: root.dataset.photos, library: root.dataset.library })
  form.addEventListener("keydown", stay)
  startConflict(form)
  startAutosave(form, root, words)
}

/** Enter in a line of the form would save it and leave the page; in Chinese it only ends a word. */
function stay(event) {
  if (event.key === "Enter" && event.target.matches("input[type=text], input[type=url]")) event.preventDefault()
}

// The admin's own scripts make the rows below the form first.
if (form) window.django?.jQuery ? window.django.jQuery(start) : start()
