/** Renders the site to text. */
import { renderToString } from 'vue/server-renderer';
import { createSite } from './vue.js';

export const render = (_, loading) => renderToString(createSite(loading));
