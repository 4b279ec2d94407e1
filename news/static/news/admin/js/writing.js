/* The page on which a story is written. The one entry: all else is imported from here, each file once. */

import { start as startAutosave } from "./autosave.js"
import { start as startConflict } from "./conflict.js"
import { mount } from "./editor.js"

const root = document.querySelector("[data-writing]")
const form = root?.closest("form")

function start() {
  const words = JSON.parse(root.dataset.words)
  const body = form.querySelector("textarea[data-body]")
  if (body) mount(body, { words, photos: root.dataset.photos, library: root.dataset.library })
  startConflict(form)
  startAutosave(form, root, words)
}

// The admin's own scripts make the rows below the form first.
if (form) window.django?.jQuery ? window.django.jQuery(start) : start()
