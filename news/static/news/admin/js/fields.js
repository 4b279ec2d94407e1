/* A form's fields as {name: value}, the shape in which they are autosaved, recovered and merged. */

const NOT_TYPED = /^(csrfmiddlewaretoken|read_version|form_key|propose|silent|at|_.*|.*__prefix__.*)$/

/** What stands in the form. A select's words go along as "_text:name". */
export function read(form) {
  const fields = {}
  for (const input of form.elements) {
    const { name, type } = input
    if (!name || NOT_TYPED.test(name) || ["file", "submit", "button"].includes(type)) continue
    if (["checkbox", "radio"].includes(type) && !input.checked) continue
    fields[name] = input.value
    if (input.tagName === "SELECT") fields[`_text:${name}`] = input.selectedOptions[0]?.textContent.trim() ?? ""
  }
  return fields
}

/** Puts fields into the form. A box that is not named stays; null unticks it. */
export function write(form, fields) {
  addRows(form, fields)
  for (const [name, value] of Object.entries(fields)) {
    const input = form.elements[name]
    if (!input || NOT_TYPED.test(name) || /_FORMS$/.test(name)) continue
    if (input.type === "checkbox") input.checked = value !== null
    else setValue(input, value ?? "", fields[`_text:${name}`])
    tell(input)
  }
}

/** As `write`, for a whole form: boxes that are not named become unticked. */
export function restore(form, fields) {
  const boxes = [...form.elements].filter((input) => input.type === "checkbox" && !NOT_TYPED.test(input.name))
  const unticked = Object.fromEntries(boxes.map((box) => [box.name, null]))
  write(form, { ...unticked, ...fields })
}

function setValue(input, value, text) {
  if (input.tagName === "SELECT" && ![...input.options].some((option) => option.value === value)) {
    input.add(new Option(text ?? value, value))
  }
  input.value = value
}

/** Lets the editor, the admin's own scripts and the autosave know. */
export function tell(input) {
  input.dispatchEvent(new CustomEvent("fields:set"))
  input.dispatchEvent(new Event("input", { bubbles: true }))
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

function addRows(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const prefix = name.match(/^(\w+)-TOTAL_FORMS$/)?.[1]
    while (prefix && Number(form.elements[name]?.value) < Number(value) && addRow(prefix));
  }
}

/** One more row of a table below the form, by the admin's own button. Returns its number, or null. */
export function addRow(prefix) {
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`)
  const before = Number(total?.value)
  document.querySelector(`#${prefix}-group .add-row a, #${prefix}-group a.add-row`)?.click()
  return total && Number(total.value) > before ? before : null
}
