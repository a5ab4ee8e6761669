/** Vue 3: the visitor's choice in components. While a page is hydrated nothing is decided yet. */
import { computed, getCurrentInstance, onMounted, onScopeDispose, shallowRef } from 'vue';
import { always, getServerState, has, subscribe } from './store.js';

/** @type {(category?: any, vendor?: string) => any} */
export const useConsent = (category, vendor) => {
  const state = shallowRef(getServerState());
  let leave = () => {};
  const follow = () => (leave = subscribe((next) => (state.value = next)));
  if (getCurrentInstance()) onMounted(follow);
  else follow();
  onScopeDispose(() => leave());
  if (!category) return state;
  return computed(() => (state.value === getServerState() ? always : has)(category, vendor));
};
