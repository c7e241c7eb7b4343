import { tellFirstHour } from '../setup/first-hour.js';

describe('the first hour, killed with kill -9 after each step', () => tellFirstHour(true));
