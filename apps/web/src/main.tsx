import '@picocss/pico/css/pico.min.css'
import './style.css'
import './posts/social.css'
import { render } from 'preact'
import { App } from './shell/app.tsx'

render(<App />, document.getElementById('root')!)
