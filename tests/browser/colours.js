// The ways in which the texts of a page are painted, each with its texts in `textsByWay`. A way is what axe looks at: tag,
// classes, colours and font of the text and of all that it stands in. One number stands for it, with the colour scheme and
// the width in it, as computed styles have them.
() => {
  const numbers = new Map([[null, 17]])
  const number = (text) => {
    let high = 0xdeadbeef, low = 0x41c6ce57
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      high = Math.imul(high ^ code, 2654435761)
      low = Math.imul(low ^ code, 1597334677)
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
    return 4294967296 * (2097151 & low) + (high >>> 0)
  }
  const own = new Map()
  const numberOf = (text) => own.get(text) ?? own.set(text, number(text)).get(text)
  const wayOf = (element) => {
    if (!numbers.has(element)) {
      const style = getComputedStyle(element)
      const look = [
        element.localName, ...element.classList, style.color, style.backgroundColor, style.backgroundImage,
        style.opacity, style.filter, style.mixBlendMode, style.textShadow, style.fontSize, style.fontWeight,
        style.textDecorationLine, style.position,
      ].join("|")
      numbers.set(element, number(`${numberOf(look)} ${wayOf(element.parentElement)}`))
    }
    return numbers.get(element)
  }
  const hasText = (element) =>
    element.matches("input, textarea, select") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())

  window.textsByWay = Map.groupBy(
    [...document.body.querySelectorAll("*")].filter((element) => hasText(element) && element.checkVisibility()), wayOf
  )
  return [...window.textsByWay.keys()]
}
