import { screen } from '../../shop/screen'

screen({ words: 'help' })
