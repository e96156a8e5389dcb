package io.decisionstore.dynamodb.http;

import java.net.URI;
import software.amazon.awssdk.awscore.endpoint.AwsClientEndpointProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.endpoints.DynamoDbEndpointProvider;
import software.amazon.awssdk.services.dynamodb.streams.endpoints.DynamoDbStreamsEndpointProvider;

/** One of the services that DynamoDB consists of. */
public enum Service {
  /** Tables and their items. */
  TABLES("DynamoDB_20120810", "dynamodb", "AWS_ENDPOINT_URL_DYNAMODB", "aws.endpointUrlDynamoDb") {
    @Override
    URI byRules(Region region, URI override) {
      return DynamoDbEndpointProvider.defaultProvider()
          .resolveEndpoint(
              where ->
                  where
                      .region(region)
                      .endpoint(override == null ? null : override.toString())
                      .useFips(isSet(SdkSystemSetting.AWS_USE_FIPS_ENDPOINT))
                      .useDualStack(isSet(SdkSystemSetting.AWS_USE_DUALSTACK_ENDPOINT)))
          .join()
          .url();
    }
  },
  /** Their streams. */
  STREAMS(
      "DynamoDBStreams_20120810",
      "dynamodb_streams",
      "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
      "aws.endpointUrlDynamoDbStreams") {
    @Override
    URI byRules(Region region, URI override) {
      return DynamoDbStreamsEndpointProvider.defaultProvider()
          .resolveEndpoint(
              where ->
                  where
                      .region(region)
                      .endpoint(override == null ? null : override.toString())
                      .useFips(isSet(SdkSystemSetting.AWS_USE_FIPS_ENDPOINT))
                      .useDualStack(isSet(SdkSystemSetting.AWS_USE_DUALSTACK_ENDPOINT)))
          .join()
          .url();
    }
  };

  private final String target;
  private final String profileSection;
  private final String environmentVariable;
  private final String systemProperty;

  Service(String target, String profileSection, String environmentVariable, String systemProperty) {
    this.target = target;
    this.profileSection = profileSection;
    this.environmentVariable = environmentVariable;
    this.systemProperty = systemProperty;
  }

  /** The header that names an operation. */
  String target(String operation) {
    return target + "." + operation;
  }

  /**
   * Where the service is: as configured, else as the machine's environment or profile says, as the
   * SDK's own clients do it, else AWS's rules.
   *
   * @param configured or null
   */
  URI endpoint(String region, String configured) {
    if (configured != null) {
      return byRules(Region.of(region), URI.create(configured));
    }
    AwsClientEndpointProvider machine =
        AwsClientEndpointProvider.builder()
            .serviceEndpointOverrideEnvironmentVariable(environmentVariable)
            .serviceEndpointOverrideSystemProperty(systemProperty)
            .profileFile(ProfileFile::defaultProfileFile)
            .profileName(ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow())
            .serviceProfileProperty(profileSection)
            .serviceEndpointPrefix("dynamodb") // asked for, but not used: the rules know better
            .defaultProtocol("https")
            .region(Region.of(region))
            .build();
    return byRules(
        Region.of(region), machine.isEndpointOverridden() ? machine.clientEndpoint() : null);
  }

  abstract URI byRules(Region region, URI override);

  private static boolean isSet(SdkSystemSetting setting) {
    return setting.getBooleanValue().orElse(false);
  }
}
