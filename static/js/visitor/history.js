/** Opens the history straight away when the address brings the key: posted, so that no log holds it. */

import { takeKey } from './fragment.js'

const form = document.querySelector('form[data-history-form]')
const key = takeKey()
if (key && form instanceof HTMLFormElement) {
  const field = form.elements.namedItem('key')
  if (field instanceof HTMLInputElement) field.value = key
  form.submit()
}
