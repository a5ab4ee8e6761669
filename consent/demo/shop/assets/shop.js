// The shop's own script: prices in the visitor's currency, and a list of the tags that ran.

const RATES = { EUR: ['€', 1], GBP: ['£', 0.86], SEK: ['kr ', 11.2] }

/** Show every price in one currency. */
function showPrices(currency) {
  const [sign, rate] = RATES[currency]
  for (const place of document.querySelectorAll('[data-price]')) {
    place.textContent = sign + ((Number(place.dataset.price) / 100) * rate).toFixed(2)
  }
}

/** Let the visitor choose a currency; it is remembered only where functional storage is allowed. */
function offerCurrencies() {
  const select = document.querySelector('[data-currency]')
  const known = document.cookie.match(/(?:^|; )hg_currency=(EUR|GBP|SEK)/)?.[1]
  if (known) {
    select.value = known
    showPrices(known)
  }
  select.addEventListener('change', () => {
    showPrices(select.value)
    if (window.consent?.has?.('functional')) {
      document.cookie = `hg_currency=${select.value}; Max-Age=15552000; Path=/; SameSite=Lax`
    }
  })
}

/** Keep the panel in the footer equal to `window.demoTags`, which tags push their names to. */
function listTags() {
  const tags = (window.demoTags = window.demoTags ?? [])
  const list = document.querySelector('[data-ran-list]')
  const show = () => {
    document.querySelector('[data-ran-count]').textContent = String(tags.length)
    document.querySelector('[data-ran-none]').hidden = tags.length > 0
    list.replaceChildren(
      ...tags.map((name) => {
        const item = document.createElement('li')
        item.textContent = name
        return item
      }),
    )
  }
  tags.push = (...names) => {
    const length = Array.prototype.push.apply(tags, names)
    show()
    return length
  }
  show()
  return tags
}

/** Name what is no script - pictures, frames, styles, sounds - as soon as the browser fetched it. */
function watchOthers(tags) {
  const kinds = { img: 'image', iframe: 'frame', link: 'style', css: 'style', audio: 'sound', object: 'object', embed: 'object', other: 'object' }
  new PerformanceObserver((found) => {
    for (const { name, initiatorType } of found.getEntries()) {
      const [, vendor, file] = name.match(/\/vendors\/([a-z-]+)\/([a-z0-9.-]+)/) ?? []
      if (!vendor || file === 'collect' || file.endsWith('.js')) continue
      const tag = `${vendor}-${file.endsWith('.wav') ? 'sound' : (kinds[initiatorType] ?? initiatorType)}`
      if (!tags.includes(tag)) tags.push(tag)
    }
  }).observe({ type: 'resource', buffered: true })
}

offerCurrencies()
watchOthers(listTags())
