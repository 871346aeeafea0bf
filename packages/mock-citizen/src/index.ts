export { CITIZENS, type MockCitizen } from './citizens.ts';
export { type MockProvider, startMockProvider } from './start-mock-provider.ts';
