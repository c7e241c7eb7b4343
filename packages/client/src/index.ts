export { createTenure, type Tenure, type TenureOptions } from './create-tenure.js';
export type * from './generated/types.gen.js';
export { items, pages } from './pages.js';
export type { Patience } from './plan-retry.js';
export { TenureProblem } from './tenure-problem.js';
