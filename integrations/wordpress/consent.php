<?php
/**
 * The consent service in a WordPress theme: the banner on every page, and marks on what has to wait for it.
 *
 * Copy this file beside the functions.php of your (child) theme, fill in the four settings, and add to
 * functions.php: require __DIR__ . '/consent.php';
 *
 * Licence: Apache 2.0.
 */

defined( 'ABSPATH' ) || exit;

// Address of your consent service, and key of this site there.
defined( 'CONSENT_SERVICE' ) || define( 'CONSENT_SERVICE', 'https://consent.example' );
defined( 'CONSENT_SITE' ) || define( 'CONSENT_SITE', 'shop' );

// Google's tags on the site: they begin denied (Consent Mode).
defined( 'CONSENT_GOOGLE' ) || define( 'CONSENT_GOOGLE', false );

// What waits: handles of wp_enqueue_script, and hosts of frames and scripts in contents. Each with its
// categories, and where you like with a company of your notice.
defined( 'CONSENT_WAITS' ) || define(
	'CONSENT_WAITS',
	array(
		'google-analytics'         => array( 'performance', 'google-analytics' ),
		'www.googletagmanager.com' => array( 'performance' ),
		'www.youtube.com'          => array( 'functional', 'youtube' ),
		'www.youtube-nocookie.com' => array( 'functional', 'youtube' ),
		'player.vimeo.com'         => array( 'functional' ),
		'maps.google.com'          => array( 'functional' ),
		'platform.twitter.com'     => array( 'targeting' ),
	)
);

/** First in the head: the stub where Google needs it, then the loader. */
function consent_service_head() {
	if ( CONSENT_GOOGLE ) {
		wp_print_inline_script_tag( "if(!Object.hasOwn(window,'consent'))window.consent={q:[]};window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('consent','default',{ad_storage:'denied',ad_user_data:'denied',ad_personalization:'denied',analytics_storage:'denied',functionality_storage:'denied',personalization_storage:'denied',security_storage:'granted',wait_for_update:500});gtag('set','ads_data_redaction',true);" );
	}
	wp_print_script_tag(
		array(
			'src'           => CONSENT_SERVICE . '/v1/sites/' . rawurlencode( CONSENT_SITE ) . '/loader.js',
			'async'         => true,
			'data-language' => str_replace( '_', '-', get_locale() ),
		)
	);
}
add_action( 'wp_head', 'consent_service_head', 0 );

/** Attributes of a mark, or null for what need not wait. */
function consent_service_mark( $name ) {
	if ( ! isset( CONSENT_WAITS[ $name ] ) ) {
		return null;
	}
	list( $categories, $vendor ) = CONSENT_WAITS[ $name ] + array( 1 => '' );
	$mark = ' data-consent="' . esc_attr( $categories ) . '"';
	return $vendor ? $mark . ' data-consent-vendor="' . esc_attr( $vendor ) . '"' : $mark;
}

/** What is said of a module, whose type gives way to the mark. */
function consent_service_module( $attributes ) {
	return preg_match( '~\stype=["\']?module~i', $attributes ) ? ' data-type="module"' : '';
}

/** Makes every script element of some markup wait. The first of two attributes of one name counts. */
function consent_service_hold_scripts( $html, $mark ) {
	return preg_replace_callback(
		'~<script\b([^>]*)(.*?</script>)~is',
		function ( $found ) use ( $mark ) {
			list( , $attributes, $rest ) = $found;
			return '<script type="text/plain"' . $mark . consent_service_module( $attributes ) . $attributes . $rest;
		},
		$html
	);
}

/** A script that a theme or a plugin enqueued, with the inline scripts that belong to it. */
function consent_service_enqueued( $tag, $handle, $src ) {
	$mark = consent_service_mark( $handle ) ?? consent_service_mark( (string) wp_parse_url( $src, PHP_URL_HOST ) );
	return $mark ? consent_service_hold_scripts( $tag, $mark ) : $tag;
}
add_filter( 'script_loader_tag', 'consent_service_enqueued', 20, 3 );

/** Frames and scripts in contents, by their hosts: embeds of WordPress, blocks, and what authors pasted. */
function consent_service_content( $html ) {
	// The first half passes over inline scripts, whatever their text says.
	return preg_replace_callback(
		'~<script\b(?![^>]*\ssrc=)[^>]*>.*?</script>(*SKIP)(*FAIL)'
		. '|<(iframe|script)\b([^>]*?\s)src=("[^"]*"|\'[^\']*\'|[^\s"\'>]+)([^>]*>)~is',
		function ( $found ) {
			list( $whole, $name, $before, $src, $rest ) = $found;
			$mark = consent_service_mark( (string) wp_parse_url( html_entity_decode( trim( $src, '"\'' ) ), PHP_URL_HOST ) );
			if ( ! $mark || false !== strpos( $before . $rest, 'data-consent' ) ) {
				return $whole;
			}
			return 'iframe' === strtolower( $name )
				? "<$name$mark{$before}data-src=$src$rest"
				: '<script type="text/plain"' . $mark . consent_service_module( $before . $rest ) . "{$before}src=$src$rest";
		},
		$html
	);
}
foreach ( array( 'the_content', 'embed_oembed_html', 'widget_text_content', 'widget_block_content' ) as $consent_service_place ) {
	add_filter( $consent_service_place, 'consent_service_content', 20 );
}
