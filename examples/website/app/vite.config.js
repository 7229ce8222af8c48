// Every page in this folder is an entry of its own.
import { readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    rollupOptions: { input: readdirSync('.').filter((name) => name.endsWith('.html')).sort() },
  },
});
