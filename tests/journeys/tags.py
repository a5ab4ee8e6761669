"""Pages of a shop with tags like Google's, written for a test and served where the shop is."""

from collections.abc import Mapping

from playwright.sync_api import Route

from tests.journeys.visitor import Visitor

# Does with the data layer what gtag.js does with consent: what stood there before it came, then
# each push; a hit waits for an update as long as the default says.
GTAG = """
(() => {
  const state = {}
  let patience = 0
  window.hits = []
  window.lateDefaults = 0
  const hit = (name) => {
    const on = (key) => (state[key] === 'granted' ? 1 : 0)
    window.hits.push(`${name} G1${on('ad_storage')}${on('analytics_storage')}`)
  }
  const waiting = []
  const go = () => { patience = 0; waiting.splice(0).forEach(hit) }
  const take = (said) => {
    if (said[0] === 'consent') {
      if (said[1] === 'default' && window.configured) window.lateDefaults++
      const { wait_for_update, ...values } = said[2]
      Object.assign(state, values)
      if (said[1] === 'default' && wait_for_update) setTimeout(go, patience = wait_for_update)
      if (said[1] === 'update') go()
    }
    if (said[0] === 'config') {
      window.configured = true
      patience ? waiting.push('config') : hit('config')
    }
    if (said[0] === 'event') hit(said[1])
  }
  const layer = window.dataLayer ||= []
  layer.forEach(take)
  const push = layer.push
  layer.push = (...all) => { all.forEach(take); return push.apply(layer, all) }
})()
"""

# A container: it starts on its own event and runs a tag at each consent event that allows it.
GTM = """
(() => {
  const state = {}
  window.fired = []
  const take = (said) => {
    if (said[0] === 'consent') Object.assign(state, said[2])
    if (said.event === 'gtm.js') window.fired.push(`container ${state.analytics_storage}`)
    if (said.event === 'cookie_consent_update' && state.analytics_storage === 'granted')
      window.fired.push('analytics')
  }
  const layer = window.dataLayer
  layer.forEach(take)
  const push = layer.push
  layer.push = (...all) => { all.forEach(take); return push.apply(layer, all) }
})()
"""
SCRIPTS = {"/gtag.js": GTAG, "/gtm.js": GTM}

# What was pushed to the data layer, in words.
LAYER = """() => window.dataLayer.map((said) => {
  if (said.event) return said.event
  if (said[0] !== 'consent') return said[0]
  const named = (how) => Object.keys(said[2]).filter((key) => said[2][key] === how).sort().join(' ')
  return `${said[1]}: ${named('granted')}`
})"""


def serve(
    visitor: Visitor, pages: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> None:
    """Answer these paths of the shop with these pages, and the scripts above."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(visitor.town.shop).partition("?")[0]
        if path in pages:
            body = f"<!doctype html><html lang=en>{pages[path]}"
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)
        elif path in SCRIPTS:
            route.fulfill(body=SCRIPTS[path], content_type="text/javascript")
        else:
            route.continue_()

    visitor.context.route(visitor.town.shop + "/**", answer)
