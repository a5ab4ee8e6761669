/** A small site of two views in Vue: what is rendered on the server is hydrated in the browser. */
import { createSSRApp, defineComponent, h, onMounted, ref } from 'vue';
import { load, withdraw } from '@consent-service/client';
import { useConsent } from '@consent-service/client/vue';

const SERVICE = 'https://consent.example';
const VENDORS = 'https://vendors.example';

const marked = (tag) => h('div', [h('script', { type: 'text/plain', 'data-consent': 'performance', 'data-src': `${VENDORS}/vendors/${tag}`, 'data-allow-mismatch': 'attribute' })]);

const Today = () => h('section', { id: 'today' }, [h('h1', 'Today'), marked('hotjar/hotjar.js')]);

const Harbours = defineComponent({
  setup() {
    const film = useConsent('functional', 'youtube');
    return () =>
      h('section', { id: 'harbours' }, [
        h('h1', 'Harbours'),
        marked('microsoft-clarity/clarity.js'),
        film.value
          ? h('iframe', { id: 'film', title: 'A film', src: `${VENDORS}/vendors/youtube/embed.html` })
          : h('p', { id: 'film' }, 'Films need your consent.'),
      ]);
  },
});

const Site = defineComponent({
  props: { loading: Boolean },
  setup({ loading }) {
    const view = ref('today');
    const state = useConsent();
    const measured = useConsent('performance');
    onMounted(() => {
      if (loading) load({ service: SERVICE, site: 'demo' });
    });
    const visit = (name) => () => {
      history.pushState({}, '', `#${name}`);
      view.value = name;
    };
    return () =>
      h('div', { id: 'site' }, [
        h('p', { id: 'state' }, `${state.value.decided ? 'decided' : 'undecided'}, ${measured.value ? 'measured' : 'not measured'}`),
        h('button', { onClick: visit('today') }, 'Go to today'),
        h('button', { onClick: visit('harbours') }, 'Go to harbours'),
        h('button', { onClick: () => void withdraw() }, 'No more'),
        h('a', { href: `${SERVICE}/privacy/demo`, 'data-consent-open': '' }, 'Cookie Preferences'),
        view.value === 'today' ? h(Today) : h(Harbours),
      ]);
  },
});

export const createSite = (loading) => createSSRApp(Site, { loading });
