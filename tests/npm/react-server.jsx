/** Renders the site to text. */
import { renderToString } from 'react-dom/server';
import { Part, Whole } from './react.jsx';

export const render = (kind, loading) => renderToString(kind === 'whole' ? <Whole loading={loading} /> : <Part loading={loading} />);
