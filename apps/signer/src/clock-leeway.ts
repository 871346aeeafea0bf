/** How far the clocks of server and signer may be apart, and a request may lie around: seconds. */
export const CLOCK_LEEWAY_S = 5 * 60;
