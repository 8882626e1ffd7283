/** Names that the runner, its compiler and the style sheets agree on. */

/** Built-in components of a mini-program; in the page each is an element `wx-…`. */
export const BUILT_IN = [
  'view', 'text', 'button', 'input', 'textarea', 'image', 'scroll-view', 'swiper', 'swiper-item', 'label', 'form', 'checkbox',
  'checkbox-group', 'radio', 'radio-group', 'switch', 'picker', 'progress', 'navigator', 'page-meta', 'navigation-bar',
]
/** Tags of the template language itself. */
export const OF_THE_LANGUAGE = ['block', 'template', 'import', 'include', 'wxs', 'slot']
/** Where the templates of the built-in components lie among those of the app. */
export const ELEMENT = 'elements/'
