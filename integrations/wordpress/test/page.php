<?php
/**
 * A page as WordPress would print it, with as little of WordPress as consent.php calls: hooks by priority,
 * and four functions by the names and results that its documentation gives them.
 */

define( 'ABSPATH', __DIR__ );
$hooks = array();

function add_filter( $name, $call, $priority = 10, $arguments = 1 ) {
	$GLOBALS['hooks'][ $name ][ $priority ][] = array( $call, $arguments );
}

function apply_filters( $name, ...$values ) {
	$all = $GLOBALS['hooks'][ $name ] ?? array();
	ksort( $all );
	foreach ( array_merge( array(), ...$all ) as list( $call, $arguments ) ) {
		$values[0] = $call( ...array_slice( $values, 0, $arguments ) );
	}
	return $values[0];
}

function add_action( ...$hook ) {
	add_filter( ...$hook );
}

function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function get_locale() {
	return 'en_GB';
}

function wp_parse_url( $url, $part ) {
	return parse_url( 0 === strpos( $url, '//' ) ? "https:$url" : $url, $part );
}

function wp_print_script_tag( $attributes ) {
	$text = '';
	foreach ( $attributes as $name => $value ) {
		$text .= true === $value ? " $name" : " $name=\"" . esc_attr( $value ) . '"';
	}
	echo "<script$text></script>\n";
}

function wp_print_inline_script_tag( $code ) {
	echo "<script>\n$code\n</script>\n";
}

$told = json_decode( stream_get_contents( STDIN ), true );
foreach ( $told['settings'] as $name => $value ) {
	define( $name, $value );
}
require dirname( __DIR__ ) . '/consent.php';

echo "<!doctype html>\n<html lang=\"en\"><head><title>A theme</title>\n";
apply_filters( 'wp_head', '' );
foreach ( $told['scripts'] as list( $handle, $src, $tag ) ) {
	echo apply_filters( 'script_loader_tag', $tag, $handle, $src );
}
echo "</head><body>\n", apply_filters( 'the_content', apply_filters( 'embed_oembed_html', $told['content'] ) ), "</body></html>\n";
