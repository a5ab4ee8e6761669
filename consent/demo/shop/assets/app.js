// Three views under one page: each navigation puts new marked elements into the document.

const NAMES = { '/app': 'tides', '/app/harbours': 'harbours', '/app/kit': 'kit' }
const view = document.querySelector('[data-view]')

function show(move) {
  const name = NAMES[location.pathname] ?? 'tides'
  const source = document.querySelector(`template[data-view-source="${name}"]`)
  view.replaceChildren(source.content.cloneNode(true))
  document.title = `${source.dataset.viewTitle} - Harbour Goods`
  for (const link of document.querySelectorAll('[data-view-link]')) {
    if (link.dataset.viewLink === name) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  if (move) view.focus()
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-view-link]')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  history.pushState({}, '', link.href)
  show(true)
})
addEventListener('popstate', () => show(true))
show(false)
