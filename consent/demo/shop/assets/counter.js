// Counts a view without storing or reading anything: what runs when measuring was refused.
fetch('/count', { method: 'POST', keepalive: true })
;(window.demoTags = window.demoTags ?? []).push('cookieless-counter')
