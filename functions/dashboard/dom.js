// How elements are made: from values, never from markup. Whatever comes from the API becomes text.

/** @typedef {Node | string | number | null | undefined | false} Leaf */
/** @typedef {Leaf | Leaf[]} Child */
/** @typedef {Record<string, any>} Props attributes; `on…` listeners; `value` and the like */

const SVG = 'http://www.w3.org/2000/svg';
/** These live as properties: their attributes say only how they began. */
const PROPERTIES = new Set(['value', 'checked', 'selected', 'indeterminate', 'disabled', 'hidden']);
const ADDRESSES = new Set(['href', 'src', 'action', 'formaction']);
const SAFE_ADDRESS = /^(https?:\/\/|#)/i;

/**
 * An HTML element. Refuses what would be code: the attribute `style`, listeners as text. An address
 * that is neither http(s) nor of this page is left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  return dress(document.createElement(tag), props ?? {}, children);
}

/**
 * The same in SVG.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, props, ...children) {
  return dress(document.createElementNS(SVG, tag), props ?? {}, children);
}

/**
 * Text of unknown content and direction, which cannot reorder what stands beside it.
 * @param {string} text
 */
export const bdi = (text) => h('bdi', { class: 'user-text' }, text);

/**
 * Puts children in place of those an element has.
 * @template {Element} T
 * @param {T} element
 * @param {...Child} children
 * @returns {T}
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodesOf(children));
  return element;
}

/**
 * Sets a text where it differs, so that a screen reader does not hear the same again.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A button that is disabled while it works loses the focus; whoever uses the keyboard gets it back.
 * @returns {() => void} to be called when the button can be used again
 */
export function keepFocus() {
  const before = document.activeElement;
  return () => {
    if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
  };
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Props} props
 * @param {Child[]} children
 * @returns {T}
 */
function dress(element, props, children) {
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...nodesOf(children));
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {any} value
 */
function setProp(element, name, value) {
  if (name === 'style' || name === 'srcdoc') throw new TypeError(`${name} is not for here`);
  if (name.startsWith('on')) {
    if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
    element.addEventListener(name.slice(2), value);
  } else if (PROPERTIES.has(name) && name in element) {
    Object.assign(element, { [name]: value ?? '' });
  } else if (value !== null && value !== undefined && value !== false) {
    if (ADDRESSES.has(name) && !SAFE_ADDRESS.test(String(value))) return;
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function nodesOf(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
