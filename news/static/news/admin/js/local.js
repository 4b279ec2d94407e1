/* What the server has not confirmed, kept in this browser: one entry for each form. */

export class Shelf {
  constructor(user, story) {
    this.prefix = `xiangyin:${user}:${story || "new"}:`
  }

  /** False when the browser is full or forbids it. */
  put(key, entry) {
    try {
      localStorage.setItem(this.prefix + key, JSON.stringify(entry))
      return true
    } catch {
      return false
    }
  }

  drop(key) {
    try {
      localStorage.removeItem(this.prefix + key)
    } catch {
      /* a browser without storage has nothing to drop */
    }
  }

  /** The newest entry of another form of this story, or null. */
  newest(notThis) {
    return this.entries().filter((entry) => entry.form_key !== notThis).sort((a, b) => b.at - a.at)[0] ?? null
  }

  clear(notThis) {
    for (const entry of this.entries()) if (entry.form_key !== notThis) this.drop(entry.form_key)
  }

  entries() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix))
      return keys.map((key) => ({ ...JSON.parse(localStorage.getItem(key)), form_key: key.slice(this.prefix.length) }))
    } catch {
      return []
    }
  }
}
