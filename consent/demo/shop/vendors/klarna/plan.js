;(function () {
  for (const place of document.querySelectorAll('[data-pay-later]')) {
    const cents = Number(place.getAttribute('data-pay-later'))
    place.textContent = `Or in 3 parts of €${(cents / 300).toFixed(2)}, without interest.`
  }
})()
