// Remembers the pieces a visitor looked at. Marked "functional": it runs only where that is allowed.

const SHAPE = /^[a-z-]{1,40}$/

function read() {
  try {
    return JSON.parse(localStorage.getItem('hg.recent') ?? '[]').filter((item) => SHAPE.test(item.slug))
  } catch {
    return []
  }
}

function show(items) {
  const place = document.querySelector('[data-recent]')
  if (!place || items.length === 0) return
  const list = document.createElement('ul')
  list.className = 'recent-list'
  for (const { slug, name } of items) {
    const link = document.createElement('a')
    link.href = `/product/${slug}`
    link.textContent = String(name)
    const entry = document.createElement('li')
    entry.append(link)
    list.append(entry)
  }
  place.replaceChildren(list)
}

const product = document.querySelector('[data-product]')?.dataset
const items = read().filter((item) => item.slug !== product?.product)
show(items)
if (product) items.unshift({ slug: product.product, name: product.productName })
localStorage.setItem('hg.recent', JSON.stringify(items.slice(0, 4)))
sessionStorage.setItem('hg.position', location.pathname)
indexedDB.open('hg-wishlist', 1).onupgradeneeded = (event) => event.target.result.createObjectStore('pieces')
;(window.demoTags = window.demoTags ?? []).push('shop-recent')
