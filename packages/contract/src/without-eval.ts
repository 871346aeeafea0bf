import { config } from 'zod';

// Before any schema is made: zod would try to compile each from a string, which the site's content policy forbids and
// every browser would report.
config({ jitless: true });
