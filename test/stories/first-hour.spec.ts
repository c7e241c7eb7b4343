import { tellFirstHour } from '../setup/first-hour.js';

describe('the first hour', () => tellFirstHour(false));
