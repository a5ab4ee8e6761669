// A company's tag in small: it stores what the notice lists, reports the page, and says that it ran.
(function () {
  const settings = TAG_SETTINGS
  const number = () => `demo.${Date.now()}.${Math.floor(Math.random() * 1e9)}`

  const store = (name, days) => {
    if (document.cookie.split('; ').some((pair) => pair.startsWith(`${name}=`))) return
    document.cookie = `${name}=${number()}; Max-Age=${days * 86400}; Path=/; SameSite=Lax`
  }

  for (const [name, days] of Object.entries(settings.cookies ?? {})) store(name, days)
  for (const [parameter, name] of Object.entries(settings.click ?? {})) {
    if (new URLSearchParams(location.search).has(parameter)) store(name, 90)
  }
  for (const name of settings.local ?? []) localStorage.setItem(name, localStorage.getItem(name) ?? number())
  for (const name of settings.session ?? []) sessionStorage.setItem(name, number())

  new Image(1, 1).src = `${settings.collect}?page=${encodeURIComponent(location.pathname)}`
  ;(window.demoTags = window.demoTags ?? []).push(settings.tag)
})()
