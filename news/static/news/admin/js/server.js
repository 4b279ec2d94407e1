/* Talking to the server from a form that may stay open for hours: the network breaks, sessions end. */

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? ""

/** POSTs JSON. Answers {kind: "ok"|"offline"|"signedOut"|"refused", response}. Never throws. */
export async function post(url, message, { keepalive = false, fresh = true } = {}) {
  let response
  try {
    response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(message),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      redirect: "manual",
      keepalive,
    })
  } catch {
    return { kind: "offline" }
  }
  if (response.type === "opaqueredirect" || response.status === 401) return { kind: "signedOut" }
  if (response.status === 403 && fresh) {
    // After signing in again in another tab, the form's token is an old one.
    const kind = await renewToken()
    return kind === "ok" ? post(url, message, { keepalive, fresh: false }) : { kind }
  }
  if (response.status >= 500) return { kind: "offline" }
  return { kind: response.ok ? "ok" : "refused", response }
}

/** POSTs a file as a form would. Answers {response} or {}. Never throws. */
export async function sendFile(url, file) {
  const body = new FormData()
  body.append("files", file)
  const headers = { Accept: "application/json", "X-CSRFToken": token() }
  try {
    return { response: await fetch(url, { method: "POST", body, headers, redirect: "manual" }) }
  } catch {
    return {}
  }
}

async function renewToken() {
  const response = await fetch(document.querySelector("[data-autosave]").dataset.autosave, { redirect: "manual" })
    .catch(() => null)
  if (!response) return "offline"
  if (response.type === "opaqueredirect") return "signedOut"
  if (!response.ok) return "refused"
  const { token } = await response.json()
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token
  return "ok"
}

/** JSON of an address, or null. */
export async function get(url) {
  try {
    const response = await fetch(url, { redirect: "manual" })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}
