// Judges the colours of the texts of a page that are painted in a way not known to be good, and says which ways those
// are. A way is what axe looks at: tag, classes, colours and font of the text and of all that it stands in. One number
// stands for it, with the colour scheme and the width in it, as computed styles have them.
async ({ known, rules }) => {
  const good = new Set(known)
  const numbers = new Map([[null, 17]])
  const number = (text, from) => {
    let high = 0xdeadbeef ^ from, low = 0x41c6ce57 ^ from
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      high = Math.imul(high ^ code, 2654435761)
      low = Math.imul(low ^ code, 1597334677)
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
    return 4294967296 * (2097151 & low) + (high >>> 0)
  }
  const wayOf = (element) => {
    if (!numbers.has(element)) {
      const style = getComputedStyle(element)
      const own = [
        element.localName, ...element.classList, style.color, style.backgroundColor, style.backgroundImage,
        style.opacity, style.filter, style.mixBlendMode, style.textShadow, style.fontSize, style.fontWeight,
        style.textDecorationLine, style.position,
      ].join("|")
      numbers.set(element, number(own, wayOf(element.parentElement)))
    }
    return numbers.get(element)
  }
  const hasText = (element) =>
    element.matches("input, textarea, select") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
  const isNew = (element) => hasText(element) && element.checkVisibility() && !good.has(wayOf(element))

  const include = [...document.body.querySelectorAll("*")].filter(isNew)
  if (!include.length) return { violations: [], ways: [] }
  const runOnly = { type: "rule", values: rules }
  const { violations } = await axe.run({ include }, { runOnly, resultTypes: ["violations"], preload: false })
  return { violations, ways: [...new Set(include.map(wayOf))] }
}
