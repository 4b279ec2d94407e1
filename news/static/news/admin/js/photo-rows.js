/* The rows of the story's photos below the form. A photo in the text has a row there, which keeps its caption. */

import { addRow, tell } from "./fields.js";

const input = (number, field) => document.getElementById(`id_figures-${number}-${field}`)

function numberOf(photo) {
  const total = Number(document.getElementById("id_figures-TOTAL_FORMS")?.value ?? 0)
  for (let number = 0; number < total; number++) {
    if (input(number, "photo")?.value === String(photo)) return number
  }
  return null
}

/** Makes sure that the photo has a row, and that it is not ticked for removal. */
export function ensureRow(photo) {
  const number = numberOf(photo)
  if (number === null) {
    const added = addRow("figures")
    if (added === null) return
    input(added, "photo").value = String(photo)
    const order = input(added, "order")
    if (order) order.value = String(added)
    tell(input(added, "photo"))
    return
  }
  const box = input(number, "DELETE")
  if (box?.checked) setBox(box, false)
}

export function caption(photo) {
  const number = numberOf(photo)
  return number === null ? "" : (input(number, "caption")?.value ?? "")
}

export function setCaption(photo, text) {
  ensureRow(photo)
  const field = input(numberOf(photo), "caption")
  if (!field || field.value === text) return
  field.value = text
  tell(field)
}

/** A saved row is ticked for removal; a new one goes at once. */
export function dropRow(photo) {
  const number = numberOf(photo)
  if (number === null) return
  const box = input(number, "DELETE")
  if (box) setBox(box, true)
  else document.getElementById(`figures-${number}`)?.querySelector(".inline-deletelink")?.click()
}

/** Calls back with each caption that is changed in a row. */
export function onCaption(callback) {
  document.getElementById("figures-group")?.addEventListener("input", (event) => {
    const number = event.target.id?.match(/^id_figures-(\d+)-caption$/)?.[1]
    if (number) callback(input(number, "photo").value, event.target.value)
  })
}

function setBox(box, ticked) {
  box.checked = ticked
  tell(box)
}
