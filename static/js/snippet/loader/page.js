/**
 * The document, read through its prototype. Markup such as `<img name=body>` shadows `document.body`;
 * every access to the document goes through `page`, which such names cannot reach.
 */
const real = document;
const { get, set } = Reflect;

/** @type {Document} */
export const page = new Proxy(real, {
  get(_, name) {
    const value = get(Document.prototype, name, real);
    return typeof value === 'function' ? value.bind(real) : value;
  },
  set: (_, name, value) => set(Document.prototype, name, value, real),
});
