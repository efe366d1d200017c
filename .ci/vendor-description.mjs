// Lays the description that is part of the vendor's JavaScript client out as `cargo xtask import`
// and `cargo xtask drift upstream` want it.
//
//     node .ci/vendor-description.mjs PACKAGE INTO
//
// PACKAGE is the unpacked npm package losant-rest. Nothing in it is run. What is needed lies in
// three places: types, actions and examples in lib/schemas/, the parameters of every action in
// lib/api/constants/, and the scopes that let an action through in the text of docs/.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fail = (message) => {
  console.error(`error: ${message}`);
  process.exit(1);
};

const [from, into] = process.argv.slice(2);
if (!from || !into) fail('usage: node .ci/vendor-description.mjs PACKAGE INTO');

const find = (...path) => {
  const file = join(from, ...path);
  if (!existsSync(file)) {
    fail(`${file} is not there: the package has another layout now, and this script has to follow it`);
  }
  return file;
};

/** The scopes of each action, or the sentence that says that no token is needed. */
const scopesIn = (text) => {
  const found = {};
  for (const section of text.split(/^## /m).slice(1)) {
    const call = /client\.(\w+\.\w+)\(/.exec(section);
    const said = /#### Authentication\s+([^]*?)\n\n/.exec(section);
    if (!call || !said) continue;
    const sentence = said[1].replace(/\s+/g, ' ').trim();
    const list = /following scopes: (.*)\.$/.exec(sentence);
    found[call[1]] = list
      ? list[1].split(/,? or |, /).map((scope) => scope.trim()).filter(Boolean)
      : sentence;
  }
  return found;
};

const schemas = find('lib', 'schemas');
const apart = ['apiInfo.json', 'apiExamples.json'];
mkdirSync(join(into, 'types'), { recursive: true });
for (const name of apart) copyFileSync(find('lib', 'schemas', name), join(into, name));
copyFileSync(find('lib', 'api', 'constants', 'globalParams.json'), join(into, 'globalParams.json'));
for (const name of readdirSync(schemas)) {
  if (name.endsWith('.json') && !apart.includes(name)) {
    copyFileSync(join(schemas, name), join(into, 'types', name));
  }
}

const scopes = {};
for (const name of readdirSync(find('docs')).sort()) {
  if (name.endsWith('.md')) Object.assign(scopes, scopesIn(readFileSync(join(from, 'docs', name), 'utf8')));
}
if (Object.keys(scopes).length === 0) fail(`no scopes were found in ${join(from, 'docs')}`);
writeFileSync(join(into, 'scopes.json'), `${JSON.stringify(scopes, null, 1)}\n`);
