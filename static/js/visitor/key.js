/**
 * Moves the key that ties a decision to earlier ones from the address into the form. A fragment
 * never reaches a server's log; it leaves the address bar so that it is not passed on with a link.
 */

import { takeKey } from './fragment.js'

const field = document.querySelector('input[data-key]')
const key = takeKey()
if (key && field instanceof HTMLInputElement) field.value = key
