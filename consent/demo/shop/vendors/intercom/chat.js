;(function () {
  const place = document.querySelector('[data-chat]')
  if (!place || place.querySelector('button')) return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button quiet'
  button.textContent = 'Chat with us'
  button.addEventListener('click', () => {
    button.textContent = 'We are back at nine'
  })
  place.replaceChildren(button)
})()
